"""The legal texts and their version, which sign-up keeps with what somebody agreed to.

Whoever changes a text in templates/web/legal gives it a new version here.
"""

VERSION = "2026-11"
