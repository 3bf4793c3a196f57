import { z } from 'zod'
import type { Store } from '../store/store.ts'
import { newSigningKey } from './sign-receipt.ts'

const name = 'gate-signing-key'

/** The server's key for receipts, PEM (PKCS #8); made once, sealed where secrets are. */
export async function ensureSigningKey({ secrets }: Pick<Store, 'secrets'>): Promise<string> {
  const known = await secrets.get(name)
  return z.string().parse(known ?? (await secrets.ensure(name, newSigningKey())))
}
