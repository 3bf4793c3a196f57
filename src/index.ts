export { UserFacingError } from './lib/errors.ts'
