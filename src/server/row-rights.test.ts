import { testServer } from '../../test/helpers/test-server.ts'
import { describeRowRights } from './row-rights-contract.ts'

describeRowRights(() => testServer())
