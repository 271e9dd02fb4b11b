with

source as (

    select * from {{ source('landing', 'douyin_settlement') }}

),

newest as (

    {{ dedupe('source', key=['sub_order_id', 'settled_at', 'settle_type']) }}

),

final as (

    select
        ---------- ids
        cast('douyin:' || order_id as string) as order_id,
        cast(order_id as string) as source_order_id,
        cast(sub_order_id as string) as sub_order_id,

        ---------- text
        cast(settle_type as string) as settle_type,

        ---------- numbers
        cast(settle_amount as decimal(18, 2)) as settle_amount,
        cast(income_amount as decimal(18, 2)) as income_amount,
        cast(expense_amount as decimal(18, 2)) as expense_amount,
        cast(platform_fee_amount as decimal(18, 2)) as platform_fee_amount,
        cast(commission_amount as decimal(18, 2)) as commission_amount,

        ---------- timestamps
        cast(settled_at as timestamp) as settled_at,
        cast(created_at as timestamp) as created_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
