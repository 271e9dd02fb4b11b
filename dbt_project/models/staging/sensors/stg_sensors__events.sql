with

newest as (

    {{ standing_events('sensors_event') }}

),

final as (

    select
        ---------- ids
        cast(distinct_id as string) as distinct_id,
        cast(login_id as string) as login_id,
        cast(anonymous_id as string) as anonymous_id,
        cast(original_id as string) as original_id,
        cast(track_id as string) as track_id,
        cast(unionid as string) as unionid,
        cast(identity_unionid as string) as identity_unionid,
        cast(identity_login_id as string) as identity_login_id,
        cast(order_no as string) as order_no,
        cast(sharer_id as string) as sharer_id,

        ---------- text
        cast(record_type as string) as record_type,
        cast(event as string) as event_name,
        cast(properties as string) as properties,
        cast(identities as string) as identities,
        cast(project as string) as project,
        cast(phone as string) as phone,
        cast(gender as string) as gender,
        cast(identity_phone as string) as identity_phone,
        cast(city as string) as city,
        cast(province as string) as province,
        cast(nps_score as string) as nps_score,
        cast(rating as string) as rating,
        cast(content as string) as body_text,

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
