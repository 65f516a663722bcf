"""What a message asks, understood in its conversation and put into plain English."""
