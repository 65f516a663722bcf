"""Indexes larger than one machine: Ray builds and holds their shards. Only here is ray imported.

All machines see the index and the files that are read under the same paths, on a shared disk.
"""
