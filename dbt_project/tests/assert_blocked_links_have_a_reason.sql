select
    rule,
    status,
    blocked_reason
from {{ ref('identity_links') }}
where (status = 'blocked') != (blocked_reason is not null)
