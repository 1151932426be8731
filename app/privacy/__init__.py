"""What customers may expect of what we know about them: it is forgotten in time."""

from app.privacy.retention import forget

__all__ = ["forget"]
