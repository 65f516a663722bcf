"""What is kept: the chunks of every abstract in a dense and a lexical index, replaced as one."""
