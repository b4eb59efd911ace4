"""What can be wrong with a file somebody exported."""

from __future__ import annotations

from headway.core.diagnostics import DATA_PROBLEM, FAILURE, USAGE_MISTAKE, Mistake

FILE_MISSING = Mistake(
    "file-missing",
    "A file that is not there",
    "The path given to import names no file.",
    USAGE_MISTAKE,
)
FILE_UNREADABLE = Mistake(
    "file-unreadable",
    "A file that cannot be opened",
    "The path names a folder, or a file this user may not read.",
    DATA_PROBLEM,
)
LANDING_NOT_WRITABLE = Mistake(
    "landing-not-writable",
    "A landing folder that cannot be written",
    "Every import keeps what it read; the folder for it is read-only, full, or taken by a file of the same name.",
    FAILURE,
)
NOT_A_TABLE = Mistake(
    "not-a-table",
    "A file that holds no tables we can read",
    "CSV, XLSX, Parquet and DuckDB are recognised by their content: web pages named .xls, old Excel, PDF, JSON and "
    "archives are refused, and so is a database that another program holds open.",
    DATA_PROBLEM,
)
EMPTY_FILE = Mistake("empty-file", "An empty file", "The file holds no rows at all.", DATA_PROBLEM)
HEADER_ONLY = Mistake(
    "header-only",
    "A header without rows",
    "The file has column names and no row that fits under them.",
    DATA_PROBLEM,
)
NO_HEADER = Mistake(
    "no-header",
    "No row of column names",
    "The first row looks like data. Columns are recognised by their names, so a header is needed.",
    DATA_PROBLEM,
)
MIXED_ENCODINGS = Mistake(
    "mixed-encodings",
    "Two encodings in one file",
    "Some rows are written in UTF-8, others in an older encoding: any one reading would garble names.",
    DATA_PROBLEM,
)
MIXED_DELIMITERS = Mistake(
    "mixed-delimiters",
    "Two delimiters in one file",
    "Some rows separate their cells by one sign, others by another: mostly two exports pasted together.",
    DATA_PROBLEM,
)
OPEN_QUOTE = Mistake(
    "open-quote",
    "A quote that is never closed",
    "A quoted cell runs to the end of the file; the rows it swallowed are listed and not loaded.",
    DATA_PROBLEM,
)
CUT_OFF = Mistake(
    "cut-off-row",
    "A file that ends inside a row",
    "The last row is shorter than the others and has no line end: the download was cut off.",
    DATA_PROBLEM,
)
RAGGED_ROWS = Mistake(
    "ragged-rows",
    "Rows with too few or too many cells",
    "A row does not have one cell for each column name; it is listed with its number and not loaded.",
    DATA_PROBLEM,
)
DATES_IN_TWO_ORDERS = Mistake(
    "dates-in-two-orders",
    "Dates in two locales in one column",
    "Some dates of a column are written day first, others month first, or in two forms: reading them would guess.",
    DATA_PROBLEM,
)
DATES_AMBIGUOUS = Mistake(
    "dates-ambiguous",
    "Dates that could be day first or month first",
    "No date of the column, or of another in its file, has a day above 12, so the order cannot be told.",
    DATA_PROBLEM,
)
DATES_UNREADABLE = Mistake(
    "dates-unreadable",
    "A date column that does not hold dates",
    "The column is named like a date, and most of its values are none.",
    DATA_PROBLEM,
)
STRAY_DATES = Mistake(
    "stray-dates",
    "Single values that are no dates",
    "A few values of a date column cannot be read; their rows are rejected and listed.",
    DATA_PROBLEM,
)
DATES_CHANGED = Mistake(
    "dates-changed",
    "A later export with dates in another order",
    "The mapping of this connector reads dates in one order, the new export writes them in the other.",
    DATA_PROBLEM,
)
AMOUNTS_IN_TWO_STYLES = Mistake(
    "amounts-in-two-styles",
    "Decimal points and decimal commas in one file",
    "Some amounts are written 1,234.56 and others 1.234,56: reading both one way would be wrong by a thousand.",
    DATA_PROBLEM,
)
STRAY_AMOUNTS = Mistake(
    "stray-amounts",
    "Single values that are no amounts",
    "A few values of an amount column cannot be read; their rows are rejected and listed.",
    DATA_PROBLEM,
)
STRAY_CURRENCIES = Mistake(
    "stray-currencies",
    "Words in a currency column that name no currency",
    "Each counts as a currency of its own: its amounts are kept apart from every total.",
    DATA_PROBLEM,
)
NEGATIVE_AMOUNTS = Mistake(
    "negative-amounts",
    "Amounts below zero",
    "Deals are worth zero or more; a negative amount is kept as it is and named, because it lowers every total.",
    DATA_PROBLEM,
)
UNKNOWN_STAGE = Mistake(
    "unrecognised-stage",
    "A stage that says neither open, won nor lost",
    "The label holds no word we know and the data does not tell; it counts as open until the mapping says otherwise.",
    DATA_PROBLEM,
)
NO_STAGE = Mistake(
    "no-stage",
    "Opportunities without stage or status",
    "Nothing in the file tells won from lost from open.",
    DATA_PROBLEM,
)
NO_AMOUNT = Mistake(
    "no-amount",
    "Opportunities without an amount",
    "No column was recognised as what a deal is worth; what is counted works, what is valued has nothing to add up.",
    DATA_PROBLEM,
)
NO_CREATED_DATE = Mistake(
    "no-created-date",
    "Opportunities without a created date",
    "Such rows exist, as far as we can know, from the import that first showed them; cohorts and cycles leave them out.",
    DATA_PROBLEM,
)
MADE_KEY = Mistake(
    "made-key",
    "Rows without an id",
    "The key is put together from other columns; a change in one of them looks like a new row.",
    DATA_PROBLEM,
)
DUPLICATE_IDS = Mistake(
    "duplicate-ids",
    "One id on several rows",
    "Identical rows are listed once; of rows that differ, the last one stands and the earlier ones are listed.",
    DATA_PROBLEM,
)
MISSING_IDS = Mistake(
    "missing-ids",
    "Rows whose id is blank",
    "A row without its id cannot be followed; it is rejected and listed.",
    DATA_PROBLEM,
)
UNKNOWN_TABLE = Mistake(
    "unknown-table",
    "A file we have no use for yet",
    "The columns are not those of opportunities, accounts, users, products or stage history; it is kept and not used.",
    DATA_PROBLEM,
)
NO_OPPORTUNITIES = Mistake(
    "no-opportunities",
    "An import without opportunities",
    "None of the files holds opportunities, and no connector read them before.",
    DATA_PROBLEM,
)
COLUMNS_CHANGED = Mistake(
    "columns-changed",
    "A later export with other columns",
    "Columns came or went since the mapping was made; a key column that went stops the import.",
    DATA_PROBLEM,
)
REPEATED_FILE = Mistake(
    "repeated-file",
    "A file given twice",
    "Two of the files hold the same, byte for byte; reading both would count each row twice.",
    DATA_PROBLEM,
)
UNKNOWN_FILE = Mistake(
    "unknown-file",
    "A choice for a file that is not imported",
    "A choice says what a file holds, and no file of that name is among those imported.",
    USAGE_MISTAKE,
)
