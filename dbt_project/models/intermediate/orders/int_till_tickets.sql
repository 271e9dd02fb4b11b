with

tickets as (

    select
        *,
        coalesce(ticket_type = 'SELL_RETURN', false) as is_return,
        count(*) over (partition by source_order_id) > 1 as is_number_shared,
        row_number() over (
            partition by source_order_id
            order by occurred_at, ticket_uid
        ) as number_rank
    from {{ ref('stg_pospal__tickets') }}

),

-- ticket numbers are counted till by till: the first that printed one keeps it for good
suffixed as (

    select
        *,
        case when number_rank > 1 then '-' || ticket_uid else '' end as number_suffix
    from tickets

),

final as (

    select
        order_id || number_suffix as order_id,
        source_order_id || number_suffix as source_order_id,
        source_order_id as ticket_number,
        is_number_shared,
        pospal_customer_uid,
        ticket_type,
        items,
        paid_amount,
        profit_amount,
        coalesce(is_void, false) as is_void,
        is_return,
        occurred_at,
        _source_file,
        _line_number
    from suffixed

)

select * from final
