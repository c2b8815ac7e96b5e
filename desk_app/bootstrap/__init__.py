"""The composition root: the only room that knows every other.

A desk is opened in this order (``desk.py``), and closed in the reverse one:

1. paths         where the data, the cache and the logs live
2. logging       ids and codes only, redacted; the crash hook beside it
3. single owner  one process per data folder
4. key           from the OS keyring, or unwrapped by a passphrase
5. store         the encrypted journal
6. pack, finder  the content pack and the words index
7. casework      the use cases, in the name of one officer

``window.py`` paints the window after step 3 and takes the others behind it; ``demo.py`` plays
stories in it. Heavy libraries are imported inside the steps that need them.
"""
