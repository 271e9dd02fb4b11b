-- `interactions` is a view: what a table would enforce when it is written is looked up here
select
    interaction_id,
    source,
    kind
from {{ ref('interactions') }}
where
    interaction_id is null
    or channel is null
    or kind is null
    or source is null
    or is_engagement is null
    or occurred_at is null
