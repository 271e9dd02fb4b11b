with

links as (

    select
        *,
        cast(null as double) as probability
    from {{ source('exchange', 'identity_links') }}

),

likely_links as (

    select * from {{ source('exchange', 'identity_likely_links') }}

),

unioned as (

    select
        left_namespace,
        left_scope,
        left_identifier_hash,
        right_namespace,
        right_scope,
        right_identifier_hash,
        rule,
        strength,
        source,
        file,
        status,
        blocked_reason,
        line,
        probability,
        seen_at
    from links
    union all
    select
        left_namespace,
        left_scope,
        left_identifier_hash,
        right_namespace,
        right_scope,
        right_identifier_hash,
        rule,
        strength,
        source,
        file,
        status,
        blocked_reason,
        line,
        probability,
        seen_at
    from likely_links

),

final as (

    select
        ---------- ids
        cast(left_namespace as string) as left_namespace,
        cast(left_scope as string) as left_scope,
        cast(left_identifier_hash as string) as left_identifier_hash,
        cast(right_namespace as string) as right_namespace,
        cast(right_scope as string) as right_scope,
        cast(right_identifier_hash as string) as right_identifier_hash,

        ---------- text
        cast(rule as string) as rule,
        cast(strength as string) as strength,
        cast(source as string) as source,
        cast(file as string) as file,
        cast(status as string) as status,
        cast(blocked_reason as string) as blocked_reason,

        ---------- numbers
        cast(line as bigint) as line,
        cast(probability as double) as probability,

        ---------- timestamps
        cast(seen_at as timestamp) as seen_at
    from unioned

)

select * from final
