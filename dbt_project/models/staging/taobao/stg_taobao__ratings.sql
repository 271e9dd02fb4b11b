with

source as (

    select * from {{ source('landing', 'taobao_rating') }}

),

newest as (

    {{ dedupe('source', key=['order_id', 'sub_order_id', 'role']) }}

),

final as (

    select
        ---------- ids
        cast('taobao:' || order_id as string) as order_id,
        cast(order_id as string) as source_order_id,
        cast(sub_order_id as string) as sub_order_id,
        cast(item_id as string) as item_id,

        ---------- text
        cast(role as string) as rater_role,
        cast(buyer_nick_masked as string) as buyer_nick_masked,
        cast(rating as string) as rating,
        cast(item_title as string) as item_title,
        cast(text as string) as body_text,
        cast(reply as string) as reply,

        ---------- numbers
        cast(item_price as decimal(18, 2)) as item_price,

        ---------- timestamps
        cast(rated_at as timestamp) as rated_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
