/** What a merge would give. */
export type MergeTree = { tree: string } | { conflicts: string[] }

export type ChangedFile = {
  path: string
  status: 'added' | 'changed' | 'removed'
}

/**
 * A git repository, by its objects: nothing of what a change brings is run, neither hooks nor filters nor
 * attributes. Names of commits and trees are full hashes.
 * @throws UserFacingError git-missing, git-too-old, git-failed
 */
export type Repository = {
  /** The commit of a branch; null when there is none. */
  commitOf(branch: string): Promise<string | null>
  mergeTree(base: string, head: string): Promise<MergeTree>
  /** Of two commits or trees; renames are one removed and one added. */
  changedFiles(from: string, to: string): Promise<ChangedFile[]>
  /** Null when there is no such file, or it has more bytes than `most`. */
  readFile(tree: string, path: string, most: number): Promise<Uint8Array | null>
  /** Writes its regular files below a new folder; links and submodules are refused. */
  checkOut(tree: string, folder: string): Promise<void>
  /** A commit on a branch, made of other contents of some files (null: removed). @returns its hash */
  commitFiles(change: {
    branch: string
    /** Where the branch begins when it is new. */
    base: string
    files: { path: string; content: Uint8Array | null }[]
    message: string
    author: { name: string; email: string }
  }): Promise<string>
}
