"""Reading: from files, bytes and strings to documents of sentences with exact offsets."""

from mtqa.text.encoding import encode
from mtqa.text.paths import expand_paths
from mtqa.text.reader import known_extensions, read_bytes, read_path, read_text

__all__ = ["encode", "expand_paths", "known_extensions", "read_bytes", "read_path", "read_text"]
