"""What a built site needs before it goes out, done on the folder alone, whatever engine wrote it."""
