"""What our mails say: a file for each kind of matter, a function for each letter."""

from app.messages.letters.letter import Letter, Link

__all__ = ["Letter", "Link"]
