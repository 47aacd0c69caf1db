"""Pictures: drawn screens, captured by a browser, annotated by Pillow; real captures can take their place."""
