"""What to answer from: papers, their sentences or values, in groups; or why nothing is found."""
