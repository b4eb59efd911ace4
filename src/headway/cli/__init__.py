"""The command line: one file a command, one file that prints."""
