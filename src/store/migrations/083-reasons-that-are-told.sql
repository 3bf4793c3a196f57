-- Whether everybody who sees the change reads why: whoever wrote it was told so. What was written before was for
-- approvers and custodians.
alter table change_decisions
add column reason_told smallint not null default 0 check (reason_told in (0, 1));
