import type { Kysely } from 'kysely'
import type { StoreContext } from './context.ts'
import type { Engine } from './migrate.ts'
import type { Tables } from './tables.ts'

/** What better-auth needs to keep accounts here; only `access/` may use it, and only through that. */
export type AccountTables = { db: Kysely<Tables>; type: Engine; transaction: boolean }

export function createAccountTables({ database }: StoreContext): AccountTables {
  return { db: database.kysely, type: database.engine, transaction: true }
}

/** Names of tables and columns for better-auth, which has its own. */
export const accountNames = {
  user: {
    modelName: 'people',
    fields: {
      emailVerified: 'email_verified',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
  },
  session: {
    modelName: 'sessions',
    fields: {
      userId: 'person',
      expiresAt: 'expires_at',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
  },
  account: {
    modelName: 'credentials',
    fields: {
      userId: 'person',
      providerId: 'provider',
      accountId: 'account',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      createdAt: 'created_at',
      updatedAt: 'updated_at',
    },
  },
  verification: {
    modelName: 'verifications',
    fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
  },
} as const
