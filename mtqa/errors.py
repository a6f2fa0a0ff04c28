"""Every error that mtqa raises on purpose; the command line turns them into exit status 2."""


class MtqaError(Exception):
    """Base class. The message is one or two sentences: what is wrong with which file, and the mend."""


class InputError(MtqaError):
    """A text cannot be read: it is missing, empty, binary, in an unknown encoding or of an unknown format."""


class ModelError(MtqaError):
    """A model folder is missing, damaged, of the wrong kind, or a hub id that is not cached."""


class ConfigError(MtqaError):
    """An option or a configuration value is out of range or contradicts another."""


class OutputError(MtqaError):
    """A report cannot be written: the place is read-only, full or does not exist."""
