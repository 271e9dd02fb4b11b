with

newest as (

    {{ standing_events('snowplow_event') }}

),

final as (

    select
        ---------- ids
        cast(event_id as string) as event_id,
        cast(user_id as string) as user_id,
        cast(anonymous_id as string) as anonymous_id,
        cast(network_id as string) as network_id,
        cast(order_id as string) as order_no,

        ---------- text
        cast(event as string) as event_name,
        cast(page_url as string) as page_url,

        ---------- numbers
        cast(order_amount as decimal(18, 2)) as order_amount,

        ---------- timestamps
        cast(received_at as timestamp) as occurred_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
