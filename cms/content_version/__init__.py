"""The number of the public content: as long as it is the same, so is every public answer.

It is noted by the database (`tracking`), read and kept small by `version`, and known to every web
process at most a second later through `watcher`.
"""
