with

source as (

    select * from {{ source('landing', 'douyin_order') }}

),

newest as (

    {{ dedupe('source', key=['sub_order_id']) }}

),

final as (

    select
        ---------- ids
        cast('douyin:' || order_id as string) as order_id,
        cast(order_id as string) as source_order_id,
        cast(sub_order_id as string) as sub_order_id,
        cast(item_id as string) as item_id,
        cast(sku_code as string) as sku_code,
        cast(author_id as string) as author_id,

        ---------- text
        cast(item_title as string) as item_title,
        cast(sku_attrs as string) as sku_attrs,
        cast(receiver_name as string) as receiver_name,
        cast(receiver_phone as string) as receiver_phone,
        cast(province as string) as province,
        cast(city as string) as city,
        cast(district as string) as district,
        cast(status as string) as status,
        cast(aftersale_status as string) as aftersale_status,
        cast(author_name as string) as author_name,
        cast(cancel_reason as string) as cancel_reason,

        ---------- numbers
        cast(quantity as bigint) as quantity,
        cast(sub_order_amount as decimal(18, 2)) as sub_order_amount,
        cast(freight_amount as decimal(18, 2)) as freight_amount,

        ---------- timestamps
        cast(created_at as timestamp) as created_at,
        cast(paid_at as timestamp) as paid_at,
        cast(order_finished_at as timestamp) as order_finished_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
