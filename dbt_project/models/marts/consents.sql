with

statements as (

    select * from {{ ref('int_consents_resolved') }}

),

-- within one identifier the latest statement counts; of two at once, the withdrawal. A withdrawal
-- whose moment nobody noted stands
latest_by_identifier as (

    select *
    from (
        select
            *,
            row_number() over (
                partition by customer_id, purpose, channel, namespace, identifier
                order by effective_at desc nulls first, state desc, source asc
            ) as statement_rank
        from statements
    ) as ranked
    where statement_rank = 1

),

-- who left, came back and said nothing has no state; across a person's identifiers a withdrawal
-- counts, however old, until it is taken back there
latest_by_customer as (

    select *
    from (
        select
            *,
            row_number() over (
                partition by customer_id, purpose, channel
                order by
                    state desc,
                    effective_at desc nulls first,
                    source asc,
                    namespace asc,
                    identifier asc
            ) as state_rank
        from latest_by_identifier
        where state != 'unknown'
    ) as ranked
    where state_rank = 1

),

final as (

    select
        ---------- ids
        customer_id,

        ---------- text
        purpose,
        channel,
        state,
        source,

        ---------- timestamps
        effective_at
    from latest_by_customer

)

select * from final
