/** Members that belong together, over any number of steps. */
export type Union<Member> = {
  join(one: Member, other: Member): void
  /** The same for all that belong together; one that was joined to nothing is its own. */
  rootOf(member: Member): Member
}

export function createUnion<Member extends string | number>(): Union<Member> {
  const above = new Map<Member, Member>()
  const rootOf = (member: Member): Member => {
    let root = member
    for (let next = above.get(root); next !== undefined; next = above.get(root)) root = next
    // Shorter ways for the next time; without them a long chain is walked again and again.
    for (let at = member; at !== root;) {
      const next = above.get(at) ?? root
      above.set(at, root)
      at = next
    }
    return root
  }
  return {
    rootOf,
    join(one, other) {
      const [a, b] = [rootOf(one), rootOf(other)]
      if (a !== b) above.set(a, b)
    },
  }
}
