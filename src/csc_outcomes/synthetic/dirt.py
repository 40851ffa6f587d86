FAULTS=()
def planted(tables, faults, seed): return tables, {}, None
