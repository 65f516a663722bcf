"""What pages are sent: a turn, a comparison or the header, as plain values."""
