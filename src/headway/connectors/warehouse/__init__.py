"""Warehouses: tables that a loading tool or a person laid into DuckDB or Parquet, made as plain as an export."""
