"""What a page gets: a turn, a comparison, the header, as values that go over the wire."""
