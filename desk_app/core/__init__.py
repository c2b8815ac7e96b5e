"""The rules of the house: entries, folds, checklists, materials. Standard library only."""
