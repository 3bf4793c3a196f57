import { randomInt } from 'node:crypto'

/** Of numbers that systemd gives to services for their time, and nobody else has. */
export function freshUser(): number {
  return randomInt(61_184, 65_520)
}

/** Users of processes that are there at once: no two get the same number. */
export function createUsers() {
  const taken = new Set<number>()
  return {
    take(): number {
      const user = freshUser()
      if (taken.has(user)) return this.take()
      taken.add(user)
      return user
    },
    free: (user: number): void => void taken.delete(user),
  }
}
