with

callbacks as (

    select * from {{ ref('stg_wecom__events') }}

),

contact_changes as (

    select
        substr(_content_hash, 1, 24) as event_id,
        'wecom_event' as source,
        'wecom' as channel,
        case change_type
            when 'add_external_contact' then 'friend_add'
            when 'del_follow_user' then 'friend_delete'
            else 'friend_removed'
        end as kind,
        change_type = 'add_external_contact' as is_engagement,
        change_type as event_name,
        external_userid as identifier,
        occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from callbacks
    where change_type in ('add_external_contact', 'del_follow_user', 'del_external_contact')

),

friends as (

    select
        substr(_content_hash, 1, 24) as event_id,
        'wecom_customer' as source,
        'wecom' as channel,
        'friend_add' as kind,
        true as is_engagement,
        cast(add_way as string) as event_name,
        external_userid as identifier,
        added_at as occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_wecom__customers') }}
    where added_at is not null

),

mochat_friends as (

    select
        substr(relations._content_hash, 1, 24) as event_id,
        'mochat_contact_staff' as source,
        'wecom' as channel,
        'friend_add' as kind,
        true as is_engagement,
        cast(relations.add_way as string) as event_name,
        contacts.external_userid as identifier,
        relations.added_at as occurred_at,
        relations._source_file as source_file,
        relations._line_number as line_number
    from {{ ref('stg_mochat__contact_staff') }} as relations
    inner join {{ ref('stg_mochat__contacts') }} as contacts
        on relations.mochat_contact_id = contacts.mochat_contact_id
    where relations.added_at is not null

),

told as (

    select * from contact_changes
    union all
    select * from friends
    union all
    select * from mochat_friends

),

-- callbacks, lists and the SCRM's database all tell of one and the same friendship
final as (

    select *
    from (
        select
            *,
            row_number() over (
                partition by identifier, kind, {{ business_date('occurred_at') }}
                order by occurred_at, source, event_id
            ) as told_rank
        from told
    ) as ranked
    where told_rank = 1

)

select * from final
