"""What commands share: options, values as text, progress bars, and files that are saved."""
