import { Page } from '../../components/page.tsx'
import { useMe } from '../../components/use-me.ts'
import { ApiKeys } from './api-keys.tsx'
import { Budgets } from './budgets.tsx'
import { ChangeSettings } from './change-settings.tsx'
import { Connections } from './connections.tsx'
import { Mails } from './mails.tsx'
import { NotificationSettings } from './notification-settings.tsx'
import { OwnName } from './own-name.tsx'
import { People } from './people.tsx'
import { ReviewSettings } from './review-settings.tsx'
import { Sessions } from './sessions.tsx'
import { SplitSettings } from './split-settings.tsx'
import { TextSettings } from './text-settings.tsx'
import classes from './settings.module.css'

/** Each part for those who may see it. */
export function SettingsPage() {
  const { may } = useMe()
  return (
    <Page name="Settings">
      <div className={classes.sections}>
        {may('people:read') && <People />}
        {may('settings:read') && <Connections />}
        {may('budgets:read') && <Budgets />}
        {may('settings:read') && <ReviewSettings />}
        {may('settings:read') && <ChangeSettings />}
        {may('settings:read') && <SplitSettings />}
        {may('settings:read') && <TextSettings />}
        <OwnName />
        {may('changes:read') && <NotificationSettings />}
        <Mails />
        <ApiKeys />
        <Sessions />
      </div>
    </Page>
  )
}
