"""The bell and the streams: after a commit, who should look again."""
