-- When somebody has to look at a change again, 0: at once, null: once something happens; and how often it did.
alter table changes add column next_look bigint;
alter table changes add column wakes bigint not null default 0;
update changes
set next_look = 0
where
  state = 'open'
  or (
    state = 'merged'
    and not exists (select 1 from deployment_requests where deployment_requests.change = changes.id)
  );
create index changes_by_next_look on changes (next_look);
