with

newest as (

    {{ standing_events('growingio_event') }}

),

final as (

    select
        ---------- ids
        cast(user_id as string) as user_id,
        cast(anonymous_id as string) as anonymous_id,
        cast(event_id as string) as event_id,
        cast(order_no as string) as order_no,

        ---------- text
        cast(event as string) as event_name,
        cast(properties as string) as properties,
        cast(user_key as string) as user_key,

        ---------- timestamps
        cast(occurred_at as timestamp) as occurred_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
