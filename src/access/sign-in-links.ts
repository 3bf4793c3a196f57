import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Links that sign somebody in once; they are forgotten when the process ends. */
export type SignInLinks = {
  /** A token for the link. */
  create(person: string): string
  /** Whom the token signs in; null when it was used or never made. */
  use(token: string): string | null
  /** It was used in vain. */
  giveBack(token: string, person: string): void
}

export function createSignInLinks(): SignInLinks {
  const people = new Map<string, string>()
  return {
    create(person) {
      const token = randomBytes(24).toString('base64url')
      people.set(keyOf(token), person)
      return token
    },
    use(token) {
      const given = digest(token)
      for (const [known, person] of people) {
        if (!timingSafeEqual(Buffer.from(known, 'hex'), given)) continue
        people.delete(known)
        return person
      }
      return null
    },
    giveBack: (token, person) => void people.set(keyOf(token), person),
  }
}

function keyOf(token: string): string {
  return digest(token).toString('hex')
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
