with

source as (

    select * from {{ source('landing', 'pos_sales') }}

),

newest as (

    {{ dedupe_documents('source', document='ticket_no', item=['item_code', 'item_title']) }}

),

final as (

    select
        ---------- ids
        cast('pospal:' || ticket_no as string) as order_id,
        cast(ticket_no as string) as source_order_id,
        cast(member_no as string) as member_no,
        cast(item_code as string) as item_code,

        ---------- text
        cast(name as string) as real_name,
        cast(phone as string) as phone,
        cast(item_title as string) as item_title,
        cast(cashier as string) as cashier,

        ---------- numbers
        cast(quantity as decimal(18, 6)) as quantity,
        cast(list_amount as decimal(18, 2)) as list_amount,
        cast(paid_amount as decimal(18, 2)) as paid_amount,

        ---------- timestamps
        cast(sold_at as timestamp) as sold_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
