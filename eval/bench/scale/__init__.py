"""What paperchat costs at 82 papers and at 100,000, beside what a user could take instead.

    python -m eval.bench scale [--papers FILE] [--sizes 82,1000,10000] [--index DIR]

`run` measures, `sides` and its siblings are what is measured, `tables` and `picture` show it.
"""
