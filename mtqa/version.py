"""The version, read by the build and by ``mtqa --version``."""

__version__ = "0.1.0"
