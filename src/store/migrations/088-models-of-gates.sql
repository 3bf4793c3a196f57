-- Hash of the models that a gate's environment had when it was asked; null for those from before.
alter table gates add column models text;
