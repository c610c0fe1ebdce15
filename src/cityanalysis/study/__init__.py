"""This study: what its notebooks compute, and what checks its data. It promises nothing to others."""
