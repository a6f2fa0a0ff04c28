"""The command line: click only, one file a command, no logic."""
