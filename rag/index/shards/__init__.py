"""An index in shards: folders that are whole indexes of some of the papers, searched as one.

    <root>/CURRENT, write.lock, removed.json    as of any index
    <root>/00000002/            manifest.json, papers.jsonl and records.jsonl of all papers,
                                shards.json (the generation of each shard that belongs to this one),
                                lexical-000/ ... (see `level`)
    <root>/shard-000/           an index of the papers whose ids hash to 0, with its own generations

A build changes the shards one by one, and then makes a generation of the root, so that readers see
all changes at once. A build that was killed has kept what it did: the next one goes on from what
each shard has.
"""
