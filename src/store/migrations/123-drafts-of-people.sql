-- The same change may be made by several people, and once more after others changed what it was made from.
create table drafts_of_people (
  version text not null,
  author text not null,
  base text not null,
  agent text not null,
  created_at bigint not null,
  primary key (version, author, base)
);
insert into drafts_of_people (version, author, base, agent, created_at)
  select version, author, base, agent, created_at from flow_drafts;
drop table flow_drafts;
alter table drafts_of_people rename to flow_drafts;
