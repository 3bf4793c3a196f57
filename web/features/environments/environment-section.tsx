import { Badge } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { EnvironmentState } from '../../../src/schema/api/environments.ts'
import { api, sentenceOf } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { Failure } from '../../components/failure.tsx'
import { Icon } from '../../components/icon.tsx'
import { Quiet } from '../../components/page.tsx'
import { useMe } from '../../components/use-me.ts'
import { CheckedEnvironment } from './checked-environment.tsx'
import { EarlierChecks } from './earlier-checks.tsx'
import classes from './environments.module.css'
import { environmentFacts } from './environment-facts.ts'

type Props = { environment: EnvironmentState; isCurrent: boolean }

export function EnvironmentSection({ environment, isCurrent }: Props) {
  const { name, models, report } = environment
  return (
    <section className={classes.environment} aria-label={name}>
      <header className={classes.head}>
        <h2>{name}</h2>
        {isCurrent && (
          <Badge variant="light" color="gray" tt="none">
            This server is for it
          </Badge>
        )}
        <CheckNow environment={environment} />
      </header>
      <div className={classes.sides}>
        <div className={classes.side}>
          {report === null ? (
            <Quiet>Nobody has checked it yet.</Quiet>
          ) : (
            <>
              <CheckedEnvironment report={report} />
              <EarlierChecks env={name} />
            </>
          )}
        </div>
        <div className={classes.side}>
          <Facts environment={environment} />
          {models.length === 0 ? (
            <Quiet>It asks no models.</Quiet>
          ) : (
            <Models {...{ name, models }} />
          )}
        </div>
      </div>
    </section>
  )
}

/** For who may check; the others see what was found last. */
function CheckNow({ environment: { name, models } }: { environment: EnvironmentState }) {
  const { may } = useMe()
  const queries = useQueryClient()
  const check = useMutation(
    api.environments.check.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.environments.key() }),
    }),
  )
  if (!may('environments:check')) return null
  const asked = models.length === 0 ? '' : ' Each model is asked for one token.'
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        loading={check.isPending}
        onClick={() => check.mutate({ env: name })}
      >
        Check {name} now
      </Button>
      <span className={classes.quiet} role="status">
        {check.isPending && `Checking ${name}; it takes up to two minutes.${asked}`}
      </span>
      {check.error !== null && <Failure sentence={sentenceOf(check.error)} />}
    </>
  )
}

function Facts({ environment }: { environment: EnvironmentState }) {
  return (
    <dl className={classes.facts}>
      {environmentFacts(environment).map(({ name, text }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  )
}

function Models({ name, models }: Pick<EnvironmentState, 'name' | 'models'>) {
  return (
    <DataTable
      name={`Models of ${name}`}
      head={['Name in prompts', 'Provider', 'Model', 'Price', 'State']}
      rows={models.map(({ alias, provider, model, priced, gap }) => ({
        key: alias,
        cells: [
          alias,
          provider,
          <span key="model" className={classes.model}>
            {model}
          </span>,
          priced ? 'set' : 'unknown',
          gap === null ? 'can be asked' : <Missing key="state" sentence={gap} />,
        ],
      }))}
    />
  )
}

function Missing({ sentence }: { sentence: string }) {
  return (
    <span className={classes.missing}>
      <Icon name="dismissed" size={14} />
      {sentence}
    </span>
  )
}
