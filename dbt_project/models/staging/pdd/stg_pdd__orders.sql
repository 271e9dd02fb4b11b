with

source as (

    select * from {{ source('landing', 'pdd_order') }}

),

newest as (

    {{ dedupe('source', key=['order_id']) }}

),

final as (

    select
        ---------- ids
        cast('pdd:' || order_id as string) as order_id,
        cast(order_id as string) as source_order_id,
        cast(item_id as string) as item_id,
        cast(sku_code as string) as sku_code,

        ---------- text
        cast(status as string) as status,
        cast(item_title as string) as item_title,
        cast(aftersale_status as string) as aftersale_status,
        cast(province as string) as province,
        cast(city as string) as city,

        ---------- numbers
        cast(paid_amount as decimal(18, 2)) as paid_amount,
        cast(received_amount as decimal(18, 2)) as received_amount,
        cast(quantity as bigint) as quantity,
        cast(goods_amount as decimal(18, 2)) as goods_amount,
        cast(freight_amount as decimal(18, 2)) as freight_amount,

        ---------- timestamps
        cast(paid_at as timestamp) as paid_at,
        cast(deal_at as timestamp) as deal_at,
        cast(finished_at as timestamp) as finished_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
