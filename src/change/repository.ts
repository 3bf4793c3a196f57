/** What a merge would give. */
export type MergeTree = { tree: string } | { conflicts: string[] }

export type ChangedFile = {
  path: string
  status: 'added' | 'changed' | 'removed'
}

/** Those on a branch that another has not. */
export type Commits = {
  count: number
  /** Who wrote, committed or is named as co-author of the newest ones, as git has it: they may say what they like. */
  people: { name: string; email: string }[]
}

/**
 * A git repository, by its objects: nothing of what a change brings is run, neither hooks nor filters nor
 * attributes. Names of commits and trees are full hashes.
 * @throws UserFacingError git-missing, git-too-old, git-failed
 */
export type Repository = {
  /** The commit of a branch; null when there is none. */
  commitOf(branch: string): Promise<string | null>
  /** Whether it holds this commit or tree. */
  has(hash: string): Promise<boolean>
  mergeTree(base: string, head: string): Promise<MergeTree>
  /** Of two commits or trees; renames are one removed and one added. */
  changedFiles(from: string, to: string): Promise<ChangedFile[]>
  /** That `head` has and `base` has not. @param most so many are looked at for their people */
  commits(base: string, head: string, most: number): Promise<Commits>
  /** Null when there is no such file, or it has more bytes than `most`. */
  readFile(tree: string, path: string, most: number): Promise<Uint8Array | null>
  /** Names of the regular files in a folder; none when there is no such folder. */
  filesIn(tree: string, folder: string): Promise<string[]>
  /**
   * Writes its regular files below a new folder.
   * @throws UserFacingError checkout-refused: links, submodules, names that are not taken, too much
   */
  checkOut(tree: string, folder: string): Promise<void>
  /**
   * A commit on a branch, made of other contents of some files (null: removed).
   * @returns its hash, or that of the branch when it has these contents
   * @throws UserFacingError branch-invalid, path-invalid, branch-moved, working-tree-in-the-way
   */
  commitFiles(change: {
    branch: string
    /** Where the branch begins when it is new. */
    base: string
    files: { path: string; content: Uint8Array | null }[]
    message: string
    author: { name: string; email: string }
  }): Promise<string>
}
