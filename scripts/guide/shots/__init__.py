"""Pictures: drawn screens are captured by a browser and annotated by Pillow; a real capture can take a screen's place."""
